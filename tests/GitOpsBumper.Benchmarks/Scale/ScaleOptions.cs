using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace GitOpsBumper.Benchmarks.Scale;

/// <param name="Applications">How many applications each world has, in the order in which the worlds are built.</param>
/// <param name="WorkFolder">Where the worlds are; null is a temporary folder that goes with the run.</param>
/// <param name="Bumper">A published executable; null publishes this source.</param>
internal sealed record ScaleOptions(IReadOnlyList<int> Applications, string? WorkFolder, string? Bumper)
{
    /// <summary>Of all worlds.</summary>
    public ScaleShape Shape { get; init; } = ScaleShape.Default;

    public static bool TryParse(IReadOnlyList<string> args, [NotNullWhen(true)] out ScaleOptions? value, [NotNullWhen(false)] out string? problem)
    {
        value = null;
        problem = null;
        var parsed = new ScaleOptions([1_000], null, null);
        for (var i = 0; i < args.Count; i += 2)
        {
            if (i + 1 == args.Count)
            {
                problem = $"{args[i]} has no value";
                return false;
            }

            switch (args[i])
            {
                case "--applications" when TryParseNumbers(args[i + 1], out var numbers):
                    parsed = parsed with { Applications = numbers };
                    break;
                case "--work-dir":
                    parsed = parsed with { WorkFolder = Path.GetFullPath(args[i + 1]) };
                    break;
                case "--bumper":
                    parsed = parsed with { Bumper = Path.GetFullPath(args[i + 1]) };
                    break;
                case "--commits" when TryParseNumber(args[i + 1], 1, out var commits):
                    parsed = parsed with { Shape = parsed.Shape with { Commits = commits } };
                    break;
                case "--files" when TryParseNumber(args[i + 1], 5, out var files):
                    parsed = parsed with { Shape = parsed.Shape with { FilesPerApplication = files } };
                    break;
                case "--values" when TryParseNumber(args[i + 1], 10, out var lines):
                    parsed = parsed with { Shape = parsed.Shape with { LinesOfValues = lines } };
                    break;
                case "--sign" when args[i + 1] is "ssh" or "none":
                    parsed = parsed with { Shape = parsed.Shape with { IsSigned = args[i + 1] == "ssh" } };
                    break;
                default:
                    problem = $"'{args[i]} {args[i + 1]}' is not understood";
                    return false;
            }
        }

        value = parsed;
        return true;
    }

    private static bool TryParseNumber(string text, int least, out int number) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number >= least && number <= 100_000;

    private static bool TryParseNumbers(string text, out IReadOnlyList<int> numbers)
    {
        var parts = text.Split(',');
        numbers = [.. parts.Select(part => int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0)];
        return numbers.All(number => number is >= 5 and <= 99_999);
    }
}
