export default ({ zaal }) => <Panel>{zaal.toegankelijkheid}</Panel>;
