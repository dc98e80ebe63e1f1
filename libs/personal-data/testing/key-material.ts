import { createSecretKey, randomBytes } from 'node:crypto';
import { dataClasses } from '#kernel';
import type { EpochKey, KeyMaterial } from '../keys.js';

const epochKey = (epoch: number): EpochKey => ({ epoch, key: createSecretKey(randomBytes(32)) });

/** Fresh random keys for a test; `epochs` of the class and routing keys, oldest first. */
export const randomKeyMaterial = (epochs: readonly number[] = [1]): KeyMaterial => ({
  classKeys: new Map(dataClasses.map((name) => [name, epochs.map(epochKey)])),
  routingKeys: epochs.map(epochKey),
});
