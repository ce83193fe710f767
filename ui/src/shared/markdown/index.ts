export { CopyButton } from "./CopyButton";
export {
  numberCitations,
  textWithSources,
  whereOf,
} from "./citations";
export { FoldedSources } from "./FoldedSources";
export { Markdown } from "./Markdown";
export { StreamingText } from "./StreamingText";
export { useOpenCitation } from "./useOpenCitation";
