export const Stats = () => <table />
