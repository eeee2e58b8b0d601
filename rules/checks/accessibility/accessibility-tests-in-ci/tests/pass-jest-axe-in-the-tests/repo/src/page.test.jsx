import { axe } from 'jest-axe'
