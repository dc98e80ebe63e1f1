import { SetMetadata, type CustomDecorator } from '@nestjs/common';
import { definePolicy, type Policy as RoutePolicy } from '#access';

/** A route that says nothing of anybody: open to everyone. */
export interface OpenRoute {
  readonly openBecause: string;
}

export const POLICY = Symbol('RoutePolicy');

/** Who may call a route and for what; stands beside it and is decided by libs/access. */
export const Policy = (policy: RoutePolicy): CustomDecorator<symbol> =>
  SetMetadata(POLICY, definePolicy(policy));

/** The reason is required, so that an open route is a choice that can be read. */
export const OpenToEveryone = (openBecause: string): CustomDecorator<symbol> =>
  SetMetadata(POLICY, { openBecause } satisfies OpenRoute);

export const isOpen = (policy: RoutePolicy | OpenRoute): policy is OpenRoute => 'openBecause' in policy;
