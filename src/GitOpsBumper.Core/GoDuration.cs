using System.Globalization;
using System.Text.RegularExpressions;

namespace GitOpsBumper.Core;

/// <summary>Durations as Go writes them, and days: <c>30s</c>, <c>1h30m</c>, <c>1.5h</c>, <c>7d</c>, <c>0</c>; up to ten years.</summary>
/// <seealso href="https://pkg.go.dev/time#ParseDuration"/>
public static partial class GoDuration
{
    public static bool TryParse(string text, out TimeSpan duration)
    {
        duration = TimeSpan.Zero;
        if (text == "0")
            return true;
        if (text.Length > 40 || !Grammar().IsMatch(text))
            return false;
        foreach (Match part in Part().Matches(text))
        {
            var number = double.Parse(part.Groups["number"].ValueSpan, CultureInfo.InvariantCulture);
            var unit = part.Groups["unit"].Value switch { "ms" => 0.001, "s" => 1, "m" => 60, "h" => 3600, _ => 86400 };
            if (number * unit > TimeSpan.FromDays(3650).TotalSeconds)
                return false;
            duration += TimeSpan.FromSeconds(number * unit);
        }

        return true;
    }

    public static string Format(TimeSpan duration) => duration switch
    {
        _ when duration == TimeSpan.Zero => "0",
        { TotalHours: >= 1 } => $"{duration.TotalHours:0.##}h",
        { TotalMinutes: >= 1 } => $"{duration.TotalMinutes:0.##}m",
        _ => $"{duration.TotalSeconds:0.###}s",
    };

    [GeneratedRegex(@"\A(?:[0-9]+(?:\.[0-9]+)?(?:ms|s|m|h|d))+\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Grammar();

    [GeneratedRegex(@"(?<number>[0-9]+(?:\.[0-9]+)?)(?<unit>ms|s|m|h|d)", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Part();
}
