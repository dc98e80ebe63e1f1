import { SetMetadata, type CustomDecorator } from '@nestjs/common';
import type { AgencyKind } from '#kernel';
import { definePolicies, type Policy as RoutePolicy } from '#access';

/** A route that says nothing of anybody: open to everyone. */
export interface OpenRoute {
  readonly openBecause: string;
}

/** A route whose policy is chosen by a parameter of the query, from a closed list. */
export interface PolicyChoice {
  readonly parameter: string;
  readonly policies: Readonly<Record<string, RoutePolicies>>;
}

export const POLICY = Symbol('RoutePolicy');

/** One policy, or one for each agency that may take the same step; the first that says yes holds. */
export type RoutePolicies = RoutePolicy | readonly RoutePolicy[];

export const alternativesOf = (policies: RoutePolicies): readonly RoutePolicy[] =>
  'functions' in policies ? [policies] : policies;

/** Who may call a route and for what; stands beside it and is decided by libs/access. */
export const Policy = (policies: RoutePolicies): CustomDecorator<symbol> =>
  SetMetadata(POLICY, definePolicies(alternativesOf(policies)));

/** The reason is required, so that an open route is a choice that can be read. */
export const OpenToEveryone = (openBecause: string): CustomDecorator<symbol> =>
  SetMetadata(POLICY, { openBecause } satisfies OpenRoute);

/** A route for a system that calls by itself: it says that something waits, and of nothing what it is. */
export interface MachineRoute {
  /** Of this kind is the authority that the system belongs to. */
  readonly forMachinesOf: AgencyKind;
}

/** The only routes that a machine may call with no person behind it; no person may call them. */
export const ForMachines = (kind: AgencyKind): CustomDecorator<symbol> =>
  SetMetadata(POLICY, { forMachinesOf: kind } satisfies MachineRoute);

/** One policy for each value that a parameter of the query may have; any other value is answered 400. */
export const PolicyByQuery = (
  parameter: string,
  policies: Readonly<Record<string, RoutePolicies>>,
): CustomDecorator<symbol> => {
  for (const one of Object.values(policies)) definePolicies(alternativesOf(one));
  return SetMetadata(POLICY, { parameter, policies } satisfies PolicyChoice);
};

/** What stands beside a route. */
export type Declared = readonly RoutePolicy[] | PolicyChoice | OpenRoute | MachineRoute;

export const isChoice = (policy: readonly RoutePolicy[] | PolicyChoice): policy is PolicyChoice =>
  'policies' in policy;

export const isForMachines = (policy: Declared): policy is MachineRoute => 'forMachinesOf' in policy;

export const isOpen = (policy: Declared): policy is OpenRoute => 'openBecause' in policy;
