import type { AppointmentCommand } from '#domain/appointment';
import type { ConsentCommand } from '#domain/consent';
import type { CoordinationCommand } from '#domain/coordination';
import type { AreaCommand, DestinationCommand } from '#domain/destination';
import type { DisclosureCommand, InquiryCommand, ServedDecisionCommand } from '#domain/disclosure';
import type { GlassCommand, JointOpeningCommand } from '#domain/just-in-time';
import type { AccessReportCommand, ReviewCommand } from '#domain/log-review';
import type { PlacementCommand } from '#domain/placement';
import type { ProtectedDataCommand } from '#domain/protected-data';
import type { PublicAccessCommand, RegisterCommand } from '#domain/public-access';
import type { ClaimCommand, RelocationCommand } from '#domain/relocation';
import type { ThreatAssessmentCommand } from '#domain/threat-assessment';
import type { CommandContext, LoadedStream, SealingScope } from '../command-executor.js';
import type { Intents, IntentType } from '../intents.js';

export type DomainCommand =
  | RelocationCommand
  | ClaimCommand
  | DisclosureCommand
  | InquiryCommand
  | ServedDecisionCommand
  | ThreatAssessmentCommand
  | ConsentCommand
  | PlacementCommand
  | AreaCommand
  | DestinationCommand
  | AppointmentCommand
  | CoordinationCommand
  | PublicAccessCommand
  | RegisterCommand
  | ProtectedDataCommand
  | ReviewCommand
  | AccessReportCommand
  | GlassCommand
  | JointOpeningCommand;

export type CommandData<Type extends DomainCommand['type']> = Extract<DomainCommand, { type: Type }>['data'];

/**
 * How an intent becomes a domain command: which stream decides, and which facts go in. `prepare` is called again on
 * every attempt, so that the facts are fresh.
 */
export interface IntentHandling<Type extends IntentType> {
  stream(intent: Intents[Type], context: CommandContext): string | Promise<string>;
  creates?(context: CommandContext, intent: Intents[Type]): string;
  readonly guards?: readonly string[];
  prepare(
    intent: Intents[Type],
    context: CommandContext,
    loaded: LoadedStream,
  ): Promise<
    {
      [Name in DomainCommand['type']]: {
        readonly type: Name;
        readonly data: CommandData<Name>;
        readonly sealing?: SealingScope;
        beforeAppend?(): Promise<void>;
      };
    }[DomainCommand['type']]
  >;
}

export type IntentHandlings = { readonly [Type in IntentType]: IntentHandling<Type> };
