using System.Globalization;
using System.Text;

namespace GitOpsBumper.Core.Messages;

/// <summary>The function <c>printf</c>: verbs with flags, width and precision as Go has them, for texts, whole numbers and truths.</summary>
/// <seealso href="https://pkg.go.dev/fmt#hdr-Printing"/>
internal static class TemplateFormat
{
    private const int MaxWidth = 200;

    /// <param name="arguments">The format, then the values.</param>
    /// <param name="offset">Of the function.</param>
    public static string Format(IReadOnlyList<object?> arguments, int offset)
    {
        var format = arguments[0] as string ?? throw new TemplateException(offset, "the first argument of 'printf' is a text");
        var text = new BoundedText(offset);
        var next = 1;
        for (var at = 0; at < format.Length;)
        {
            var verb = format.IndexOf('%', at);
            text.Append(verb < 0 ? format[at..] : format[at..verb]);
            if (verb < 0)
                break;
            at = verb + 1;
            while (at < format.Length && (char.IsAsciiDigit(format[at]) || format[at] is '-' or '+' or '.' or ' '))
                at++;
            if (at >= format.Length)
                throw new TemplateException(offset, $"the format '{format}' ends in the middle of a verb");
            if (format[at] == '%')
                text.Append("%");
            else if (next >= arguments.Count)
                throw new TemplateException(offset, $"the format '{format}' needs more than {arguments.Count - 1} values");
            else
                text.Append(Verb.Parse(format[(verb + 1)..at], format[at], offset).Show(arguments[next++], offset));
            at++;
        }

        return next == arguments.Count ? text.ToString() : throw new TemplateException(offset, $"the format '{format}' uses {next - 1} of {arguments.Count - 1} values");
    }

    /// <param name="Name">The letter.</param>
    /// <param name="Flags">Any of <c>- + 0</c> and the blank.</param>
    /// <param name="Width">At least so many characters.</param>
    /// <param name="Precision">Null when there is none.</param>
    private sealed record Verb(char Name, string Flags, int Width, int? Precision)
    {
        private bool IsLeft => Flags.Contains('-', StringComparison.Ordinal);

        public static Verb Parse(string text, char name, int offset)
        {
            var numbers = text.TrimStart('-', '+', '0', ' ');
            var parts = numbers.Split('.', 2);
            return new Verb(name, text[..^numbers.Length], Number(parts[0]), parts.Length == 1 ? null : Number(parts[1]));

            int Number(string digits) => digits.Length == 0
                ? 0
                : int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= MaxWidth
                    ? number
                    : throw new TemplateException(offset, $"width and precision in '%{text}{name}' have to be numbers, no more than {MaxWidth}");
        }

        public string Show(object? value, int offset) => Pad((Name, value) switch
        {
            ('d' or 'v', long number) => Signed(number, "d"),
            ('x', long number) => Signed(number, "x"),
            ('x', string text) => Convert.ToHexStringLower(Encoding.UTF8.GetBytes(Cut(text))),
            ('q', string text) => Quote(Cut(text)),
            ('t', bool truth) => truth ? "true" : "false",
            ('s' or 'v', _) => Cut(TemplateFunctions.Show(value)),
            _ => throw new TemplateException(offset, $"'%{Name}' cannot show {TemplateFunctions.Show(value)}; allowed are %s, %v, %q, %d, %x and %t for values of their kind"),
        });

        private string Signed(long number, string form)
        {
            var sign = number < 0 ? "-" : Flags.Contains('+', StringComparison.Ordinal) ? "+" : Flags.Contains(' ', StringComparison.Ordinal) ? " " : "";
            var digits = (number < 0 ? (ulong)-(number + 1) + 1 : (ulong)number).ToString(form, CultureInfo.InvariantCulture);
            if (Precision == 0 && number == 0)
                return "";
            var zeros = Precision ?? (Flags.Contains('0', StringComparison.Ordinal) && !IsLeft ? Width - sign.Length : 0);
            return sign + digits.PadLeft(Math.Max(0, zeros), '0');
        }

        /// <summary>A character beyond the first 65,536 is one, as in Go.</summary>
        private string Cut(string text) => Precision is { } most ? string.Concat(text.EnumerateRunes().Take(most)) : text;

        private string Pad(string shown)
        {
            var missing = Width - shown.EnumerateRunes().Count();
            return missing <= 0 ? shown : IsLeft ? shown + new string(' ', missing) : new string(' ', missing) + shown;
        }

        private static string Quote(string text)
        {
            var quoted = new StringBuilder("\"");
            foreach (var c in text)
            {
                quoted.Append(c switch
                {
                    '\\' => "\\\\",
                    '"' => "\\\"",
                    '\n' => "\\n",
                    '\t' => "\\t",
                    '\r' => "\\r",
                    < ' ' or '\u007f' => $"\\x{(int)c:x2}",
                    _ => c.ToString(),
                });
            }

            return quoted.Append('"').ToString();
        }
    }
}
