import axe from 'axe-core'
export const scan = (page) => axe.run(page)
