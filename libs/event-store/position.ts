import type { Position } from '#kernel';
import { ForeignPosition } from './port.js';

const digits = 16;

/** `<epoch>-<16 digits>`: text order is number order up to 10^16 events, beyond which JS numbers end as well. */
export const positionOf = (epoch: string, number: number | string): Position =>
  `${epoch}-${String(number).padStart(digits, '0')}`;

/** @returns 0 for the start of the log. @throws ForeignPosition when it was not made by this log */
export const numberOf = (epoch: string, position: Position | undefined): number => {
  if (position === undefined) return 0;
  const number = position.slice(epoch.length + 1);
  if (!position.startsWith(`${epoch}-`) || !/^\d{16}$/.test(number)) throw new ForeignPosition(epoch);
  return Number(number);
};
