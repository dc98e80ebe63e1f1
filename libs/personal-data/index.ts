export { Blinds, rowsUse, type Blinded } from './blinds.js';
export { Companions } from './companions.js';
export { EnvelopeBroken, type KeyPlace, openValue, unwrapKey } from './crypto.js';
export { DeterministicCipher } from './deterministic.js';
export * from './erasure.js';
export * from './field-catalogue.js';
export { Fingerprints, type Fingerprint } from './fingerprints.js';
export * from './identity.js';
export { KeptIssuerKeys, type PublishedKeys } from './issuer-keys.js';
export {
  ClassKeys,
  EpochBehind,
  KeyUnavailable,
  type EpochKey,
  type KeyMaterial,
  type RereadKeys,
} from './keys.js';
export * from './police-register.js';
export { OpaquePositions } from './positions.js';
export * from './rotation.js';
export * from './sealing.js';
export * from './tombstones.js';
export { Tokens, tokenPattern } from './tokens.js';
export {
  ClockOff,
  GrantsNotReady,
  OtherHalfOpened,
  AddressFrozen,
  KeptOut,
  Vault,
  VaultUnavailable,
  WriteRefused,
  type CaseFile,
  type Pass,
  type ReportSpan,
  type VaultActor,
  type VaultPurpose,
  type Listing,
  type RefusedAccess,
  type View,
} from './vault.js';
