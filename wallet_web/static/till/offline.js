// All that a till needs to sell without network, behind one door: a phone that was never prepared
// for it does not load it.

export { askPhone, burnRequests } from "/static/till/asking.js";
export { contact, enrolDevice } from "/static/till/device.js";
export { burnLeft, offer } from "/static/till/no_network.js";
export { isReady, judge, send } from "/static/till/outbox.js";
export { isOfPhone } from "/static/till/shown.js";
export { readAll } from "/static/till/store.js";
export { showOwnSales, showUnsent } from "/static/till/unsent.js";
