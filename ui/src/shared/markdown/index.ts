export { CopyButton } from "./CopyButton";
export {
  numberCitations,
  textWithSources,
  whereOf,
} from "./citations";
export { Markdown } from "./Markdown";
export { StreamingText } from "./StreamingText";
export { useOpenCitation } from "./useOpenCitation";
