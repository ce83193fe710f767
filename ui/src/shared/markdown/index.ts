export { CopyButton } from "./CopyButton";
export { citedLabels, type NumberedCitation, numberCitations, whereOf } from "./citations";
export { Markdown } from "./Markdown";
export { StreamingText } from "./StreamingText";
