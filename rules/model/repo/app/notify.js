import { NotifyClient } from 'notifications-node-client'

const client = new NotifyClient(process.env.NOTIFY_API_KEY)

export const sendPermit = (address, permit) =>
  client.sendEmail(process.env.PERMIT_TEMPLATE, address, { personalisation: { number: permit.number } })
