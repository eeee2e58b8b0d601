import { AxePuppeteer } from '@axe-core/puppeteer'
export const scan = (page) => new AxePuppeteer(page).analyze()
