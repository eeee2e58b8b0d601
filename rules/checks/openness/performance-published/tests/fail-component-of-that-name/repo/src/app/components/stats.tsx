export const Stats = () => <ul />
