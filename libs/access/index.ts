export * from './authorise.js';
export * from './disclosure-control.js';
export * from './jurisdiction.js';
export { isInForce, officialFunctions, vouchedFor } from './official.js';
export type { Appointment, Assurance, Official, OfficialFunction } from './official.js';
export * from './policy.js';
