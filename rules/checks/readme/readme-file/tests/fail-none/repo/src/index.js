export const next = () => null;
