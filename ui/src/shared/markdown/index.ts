export { CopyButton } from "./CopyButton";
export {
  citedLabels,
  type NumberedCitation,
  numberCitations,
  textWithSources,
  whereOf,
} from "./citations";
export { Markdown } from "./Markdown";
export { StreamingText } from "./StreamingText";
