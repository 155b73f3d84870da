// Named schemas of sources in the OpenAPI document.
import { Mapping } from "../../../shared/domain/sources/mapping.ts";
import { SourceChanges, SourceInput, SourceView } from "../../../shared/domain/sources/source.ts";
import { SourceTest } from "../../../shared/domain/sources/source-test.ts";
import { TakenMessage } from "../../../shared/domain/sources/taken-message.ts";

export const SOURCE_COMPONENTS = {
  input: { SourceInput, SourceChanges, SourceMappingInput: Mapping },
  output: { Source: SourceView, SourceMapping: Mapping, SourceTest, TakenMessage },
} as const;
