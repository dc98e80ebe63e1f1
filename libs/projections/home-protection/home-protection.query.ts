import type { Pool } from 'pg';
import { findWithSealed, type ReadBy, viewOf, type WithSealed } from '../shared/read.js';
import {
  type HomeProtection,
  homeProtectionColumns,
  homeProtectionTable,
} from './home-protection.projection.js';

const protections = viewOf<HomeProtection, Parameters<typeof homeProtectionTable.save>[1]>(
  homeProtectionTable,
  homeProtectionColumns,
);

/** What the reader's board looks after about the protected data of one case. */
export const findHomeProtection = (
  pool: Pool,
  by: ReadBy,
  caseId: string,
): Promise<WithSealed<HomeProtection> | undefined> =>
  findWithSealed(pool, 'home_protection', protections, by, caseId);
