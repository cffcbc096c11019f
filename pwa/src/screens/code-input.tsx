import { PlainInput } from "../elements/plain-input";

interface CodeInputProps {
  value: string;
  error: string | null;
  onInput: (text: string) => void;
}

/** The second step: the numbers of a code app, or one of the codes that somebody wrote down. */
export const CodeInput = ({ value, error, onInput }: CodeInputProps) => (
  <PlainInput
    at="code" title="Your code" help="6 numbers from your code app. Or one of the codes that you wrote down." exact autocomplete="one-time-code"
    value={value} error={error} onInput={onInput}
  />
);
