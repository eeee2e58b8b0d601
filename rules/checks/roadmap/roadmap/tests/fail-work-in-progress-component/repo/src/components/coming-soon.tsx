export const WorkInProgress = () => <p>We are working on this. Next: more.</p>
