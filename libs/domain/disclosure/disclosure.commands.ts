import type { CommandOf, DataClass, Envelope, RecipientKind, Token } from '#kernel';
import type {
  ContactChangeReason,
  ContactPart,
  DisclosureEndReason,
  DisclosureEvent,
  DisqualificationGround,
  ItemRef,
} from './disclosure.events.js';

type DataOf<Type extends DisclosureEvent['type']> = Extract<DisclosureEvent, { type: Type }>['data'];

/** What stands in a telling by letter alone. */
type OfLetter = 'requester' | 'inquiryId' | 'sources' | 'matter';

/**
 * What two officers of a holder have told an authority that asked: `sources` and `subject` are the handler's. `caseId` is
 * the case, or the inquiry itself where the person has none: then the line lies on the stream of the inquiry. It expires
 * never: nothing is opened by it that could be shut.
 */
export type RecordAnswer = CommandOf<
  'RecordAnswer',
  Omit<DataOf<'InformationDisclosed'>, 'items' | 'recipientKind' | 'foot' | 'expiresAt' | OfLetter> &
    Required<Pick<DataOf<'InformationDisclosed'>, Exclude<OfLetter, 'matter'>>> &
    Pick<DataOf<'InformationDisclosed'>, 'matter'>
>;

export type DisclosureCommand =
  | CommandOf<
      'SignWaiver',
      Omit<DataOf<'WaiverSigned'>, 'version'> & {
        /** From the rules in force: a waiver that leaves one of them out cannot be used. */
        mandatoryRecipients: readonly RecipientKind[];
        /** So, too: without one of them somebody could not be told what the next step needs. */
        mandatoryClasses: readonly DataClass[];
      }
    >
  | CommandOf<'WithdrawWaiver', { caseId: string; channel: DataOf<'WaiverWithdrawn'>['channel'] }>
  | CommandOf<
      'DiscloseInformation',
      /**
       * From the process: `refs`; the handler adds `items`, read from the streams that `refs` name, and what protects
       * them where they were written. The holder is the agency on whose behalf the command is sent.
       */
      Omit<
        DataOf<'InformationDisclosed'>,
        'items' | 'classes' | 'waiverVersion' | 'wording' | 'recipientKind' | OfLetter
      > & {
        recipientKind: RecipientKind;
        refs: readonly ItemRef[];
        items: readonly Envelope[];
      }
    >
  | RecordAnswer
  | CommandOf<'EndDisclosure', { caseId: string; disclosureId: string; reason: DisclosureEndReason }>
  | CommandOf<
      'ReportExposure',
      Omit<DataOf<'LocationCompromised'>, 'reportedBy'> & {
        /** From the placement's own stream: cleared, and nobody has said that the person has left. */
        mayStandThere: boolean;
      }
    >
  | CommandOf<
      'ReportDecidedPlaceExposure',
      Omit<DataOf<'DecidedPlaceCompromised'>, 'reportedBy'> & {
        /** From the decision's own stream: nobody has said that the child has left, and the case is open. */
        mayStandThere: boolean;
      }
    >
  /** The official is who sends it, for the organisation that he or she acts for. */
  | CommandOf<'DeclareImpartial', { caseId: string }>
  | CommandOf<
      'DeclareDisqualified',
      {
        caseId: string;
        ground: DisqualificationGround;
        /** Who takes over, where there is somebody. */
        successor?: Token;
        /** The parts of the organisation in which persons were named, as they were named first. */
        offices: readonly Office[];
      }
    >
  | CommandOf<
      'ChangeContact',
      {
        caseId: string;
        outgoing?: Token;
        incoming: Token;
        reason: ContactChangeReason;
        /** At least one: every office that the agency of the caller has there. */
        offices: readonly Office[];
        /** Nobody who is named there can name others any more, and who goes is gone: whoever takes over may be the only one left. */
        takenOver?: boolean;
      }
    >;

/** A part as the events that gave it name its persons; what has changed since is on `disclosure-<case>`. */
export interface Office {
  readonly part: ContactPart;
  readonly organisation: Token;
  readonly proposalId?: string;
  readonly named: readonly Token[];
  /** Nobody who is named for it now can name others there any more, so that whoever does takes it over. */
  readonly takenOver?: true;
}
