import { SetMetadata, type CustomDecorator } from '@nestjs/common';
import { definePolicy, type Policy as RoutePolicy } from '#access';

/** A route that says nothing of anybody: open to everyone. */
export interface OpenRoute {
  readonly openBecause: string;
}

/** A route whose policy is chosen by a parameter of the query, from a closed list. */
export interface PolicyChoice {
  readonly parameter: string;
  readonly policies: Readonly<Record<string, RoutePolicy>>;
}

export const POLICY = Symbol('RoutePolicy');

/** Who may call a route and for what; stands beside it and is decided by libs/access. */
export const Policy = (policy: RoutePolicy): CustomDecorator<symbol> =>
  SetMetadata(POLICY, definePolicy(policy));

/** The reason is required, so that an open route is a choice that can be read. */
export const OpenToEveryone = (openBecause: string): CustomDecorator<symbol> =>
  SetMetadata(POLICY, { openBecause } satisfies OpenRoute);

/** One policy for each value that a parameter of the query may have; any other value is answered 400. */
export const PolicyByQuery = (
  parameter: string,
  policies: Readonly<Record<string, RoutePolicy>>,
): CustomDecorator<symbol> => {
  Object.values(policies).forEach(definePolicy);
  return SetMetadata(POLICY, { parameter, policies } satisfies PolicyChoice);
};

/** What stands beside a route. */
export type Declared = RoutePolicy | PolicyChoice | OpenRoute;

export const isChoice = (policy: RoutePolicy | PolicyChoice): policy is PolicyChoice => 'policies' in policy;

export const isOpen = (policy: Declared): policy is OpenRoute => 'openBecause' in policy;
