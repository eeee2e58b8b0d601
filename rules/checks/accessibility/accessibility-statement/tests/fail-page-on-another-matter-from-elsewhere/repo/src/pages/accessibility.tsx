export default ({ venue }) => <Panel>{venue.accessibility}</Panel>;
