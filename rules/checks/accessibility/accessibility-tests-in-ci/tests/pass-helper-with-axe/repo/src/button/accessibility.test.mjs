import { axe, render } from '../helpers.mjs'
