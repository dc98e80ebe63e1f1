import { ApiProperty } from '@nestjs/swagger';
import { type DataClass, dataClasses } from '#kernel';
import {
  ageBases,
  type Authority,
  legalBasisCodes,
  publicAuthorities,
  type RequestPurpose,
  requestPurposes,
} from '#domain/disclosure';
import { type Inquiry, type InquiryKind, inquiryKinds, inquiryOutcomes, inquiryStatuses } from '#projections';
import { weighingReasons } from '../disclosure/inquiry.dto.js';
import { ListMeta } from '../list.dto.js';
import { SealedPartDto } from './contents.dto.js';

/** What somebody asked, for those who are named in it. Nothing here says whether the person has a case. */
export class InquiryDto implements Omit<Inquiry, 'weighedBy'> {
  @ApiProperty({ format: 'uuid' })
  inquiryId!: string;
  @ApiProperty({ enum: inquiryKinds })
  kind!: InquiryKind;
  @ApiProperty({ enum: inquiryStatuses })
  status!: Inquiry['status'];
  @ApiProperty({ enum: publicAuthorities })
  requester!: Authority;
  /** The law that the requester named. */
  @ApiProperty({ enum: legalBasisCodes })
  basis!: string;
  /** On what an age rests where that law asks for one: the number alone, which may have a day near the birthday. */
  @ApiProperty({ enum: ageBases, nullable: true })
  ageBasis!: (typeof ageBases)[number] | null;
  @ApiProperty({ enum: requestPurposes })
  purpose!: RequestPurpose;
  @ApiProperty({ enum: dataClasses, isArray: true })
  asked!: readonly DataClass[];
  @ApiProperty({ format: 'date-time' })
  receivedAt!: string;
  /** After that it can only be refused. */
  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  decideBy!: string | null;
  /** What it was weighed to or decided; what a stay inquiry was answered is sealed. */
  @ApiProperty({ enum: inquiryOutcomes, nullable: true })
  outcome!: Inquiry['outcome'];
  @ApiProperty({ enum: dataClasses, isArray: true })
  released!: readonly DataClass[];
  @ApiProperty({ enum: weighingReasons, isArray: true })
  reasons!: Inquiry['reasons'];
  /** Then somebody else must decide. */
  weighedByMe!: boolean;
  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  decidedAt!: string | null;
}

export class InquiryViewDto extends InquiryDto {
  @ApiProperty({ type: [SealedPartDto] })
  contents!: SealedPartDto[];
}

export class InquiriesDto {
  @ApiProperty({ type: [InquiryDto] })
  items!: InquiryDto[];
  _meta!: ListMeta;
}
