import { ApiProperty } from '@nestjs/swagger';
import { IsIn } from 'class-validator';
import { type ActionName, actionNames, type InboxKind, inboxKinds } from '#projections';
import { ListMeta, ListQuery } from '../list.dto.js';
import { type InboxRole, inboxRoles } from './inbox-roles.js';

export class InboxStreamQuery {
  /** As what: a person may hold several functions. */
  @IsIn(inboxRoles)
  as!: InboxRole;
}

export class InboxQuery extends ListQuery {
  /** As what: a person may hold several functions. */
  @IsIn(inboxRoles)
  as!: InboxRole;
}

/** Something that waits for the caller. */
export class InboxItemDto {
  @ApiProperty({ enum: inboxKinds })
  kind!: InboxKind;
  /** Id of the case, proposal, candidate or review that it is about, as the caller's own routes name it. */
  @ApiProperty({ format: 'uuid' })
  id!: string;
  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  dueAt!: string | null;
  /** Commands that may be sent about it now. Empty: somebody else is waited for, or it is no step of a case. */
  @ApiProperty({ enum: actionNames, isArray: true })
  actions!: readonly ActionName[];
}

/** The next deadline first; what has none comes last. */
export class InboxDto {
  @ApiProperty({ type: [InboxItemDto] })
  items!: InboxItemDto[];
  _meta!: ListMeta;
}
