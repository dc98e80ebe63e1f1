export * from './embedded-database.js';
export * from './migrations.js';
export * from './operator-error.js';
