const { NotifyClient } = require("notifications-node-client");
