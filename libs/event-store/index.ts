export * from './canonical-json.js';
export * from './codec.js';
export * from './observed.js';
export * from './open.js';
export * from './port.js';
export * from './remembering.js';
