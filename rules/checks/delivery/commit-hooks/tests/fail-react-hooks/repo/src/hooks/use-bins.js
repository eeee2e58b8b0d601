export const useBins = () => []
