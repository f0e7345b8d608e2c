/** Short names for the API's generated types. */
import type { components, operations } from "./schema.gen.ts";

type Schemas = components["schemas"];

export type AccountItem = Schemas["AccountItem"];
export type AttachmentItem = Schemas["AttachmentItem"];
export type AuditItem = Schemas["AuditItem"];
export type BesideItem = Schemas["BesideItem"];
export type BulkRequest = Schemas["BulkRequest"];
export type Capabilities = Schemas["Capabilities"];
export type ChannelItem = Schemas["ChannelItem"];
export type ContextItem = Schemas["ContextItem"];
export type CostsItem = Schemas["CostsItem"];
export type CountsItem = Schemas["CountsItem"];
export type Detail = Schemas["Detail"];
export type FailedAccount = Schemas["FailedAccount"];
export type InsightItem = Schemas["InsightItem"];
export type InvitedItem = Schemas["InvitedItem"];
export type KeywordsItem = Schemas["KeywordsItem"];
export type LabelRequest = Schemas["LabelRequest"];
export type LinkMadeItem = Schemas["LinkMadeItem"];
/** A row of a list. */
export type ListItem = Schemas["ListItem"];
export type MediaItem = Schemas["MediaItem"];
export type MessageItem = Schemas["MessageItem"];
export type ModerationAction = Schemas["ModerationAction"];
export type ModerationItem = Schemas["ModerationItem"];
export type MessageStatus = Schemas["MessageStatus"];
export type OwnerItem = Schemas["OwnerItem"];
export type Platform = Schemas["Platform"];
export type PlatformItem = Schemas["PlatformItem"];
export type Problem = Schemas["Problem"];
export type ReassignRequest = Schemas["ReassignRequest"];
export type Referral = Schemas["Referral"];
export type ReplyItem = Schemas["ReplyItem"];
export type ReplyRequest = Schemas["ReplyRequest"];
export type Resolution = Schemas["Resolution"];
export type Role = Schemas["Role"];
export type PostComment = Schemas["PostComment"];
export type CommentsModerationRequest = Schemas["CommentsModerationRequest"];
export type PostItem = Schemas["PostItem"];
export type SearchItem = Schemas["SearchItem"];
export type SessionItem = Schemas["SessionItem"];
export type SetupRequest = Schemas["SetupRequest"];
export type SignedInItem = Schemas["SignedInItem"];
export type SignInLinkItem = Schemas["SignInLinkItem"];
export type StoryItem = Schemas["StoryItem"];
export type StatusRequest = Schemas["StatusRequest"];
export type Surface = Schemas["Surface"];
export type TagsRequest = Schemas["TagsRequest"];
export type TeamItem = Schemas["TeamItem"];
export type TeammateItem = Schemas["TeammateItem"];
export type TemplateItem = Schemas["TemplateItem"];
export type TextLimit = Schemas["TextLimit"];
export type ThreadDetail = Schemas["ThreadDetail"];
export type ThreadItem = Schemas["ThreadItem"];
export type TokenItem = Schemas["TokenItem"];
export type TokenMadeItem = Schemas["TokenMadeItem"];
export type TopicItem = Schemas["TopicItem"];
export type Urgency = Schemas["Urgency"];
export type Holder = Schemas["Holder"];
export type Window = Schemas["Window"];

export type CommentsQuery = NonNullable<operations["ListComments"]["parameters"]["query"]>;
export type ThreadQuery = NonNullable<operations["ListThreads"]["parameters"]["query"]>;

/** One page of a list. */
export interface Page<T> {
  items: T[];
  pagination: Schemas["Pagination"];
  meta: Schemas["Meta"];
}
