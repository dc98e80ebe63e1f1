import { SetMetadata, type CustomDecorator } from '@nestjs/common';
import type { OfficialFunction } from '#domain/appointment';

/** Version of all route policies together: recorded with every decision, so that it can be read under its own rules. */
export const policyVersion = '2026-03';

/** Seconds for which a login counts as fresh when identity or location is opened. */
export const freshLoginSeconds = 15 * 60;

/** Who may call a route and for what; stands beside it. What the person may see of which case is decided inside. */
export interface RoutePolicy {
  /** One of these must be held in force. */
  readonly functions: readonly OfficialFunction[];
  /** Only with the board's delegation. */
  readonly delegated?: boolean;
  readonly purpose: string;
  readonly legalBasis: string;
  /** What is opened in clear: needs a fresh login. */
  readonly opens?: 'identity' | 'location';
}

/** A route that says nothing of anybody: open to everyone. */
export interface OpenRoute {
  readonly openBecause: string;
}

export const POLICY = Symbol('RoutePolicy');

export const Policy = (policy: RoutePolicy): CustomDecorator<symbol> => SetMetadata(POLICY, policy);

/** The reason is required, so that an open route is a choice that can be read. */
export const OpenToEveryone = (openBecause: string): CustomDecorator<symbol> =>
  SetMetadata(POLICY, { openBecause } satisfies OpenRoute);

export const isOpen = (policy: RoutePolicy | OpenRoute): policy is OpenRoute => 'openBecause' in policy;
