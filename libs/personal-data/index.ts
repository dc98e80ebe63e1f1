export { EnvelopeBroken, type KeyPlace } from './crypto.js';
export * from './field-catalogue.js';
export * from './identity.js';
export { KeyUnavailable, type EpochKey, type KeyMaterial } from './keys.js';
export * from './police-register.js';
export * from './sealing.js';
export { Tokens, tokenPattern } from './tokens.js';
export {
  ClockOff,
  GrantsNotReady,
  OtherHalfOpened,
  Vault,
  VaultUnavailable,
  WriteRefused,
  type Pass,
  type VaultActor,
  type VaultPurpose,
} from './vault.js';
