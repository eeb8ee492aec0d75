using System.Globalization;
using System.Text.RegularExpressions;

namespace GitOpsBumper.Core;

/// <summary>Sizes as people and Kubernetes write them: <c>10GiB</c>, <c>500Mi</c>, <c>2GB</c>, <c>1048576</c>; in bytes, up to 1 EiB.</summary>
public static partial class ByteSize
{
    private static string[] Units { get; } = ["", "K", "M", "G", "T"];

    public static bool TryParse(string text, out long bytes)
    {
        bytes = 0;
        if (text.Length > 40 || Grammar().Match(text) is not { Success: true } match)
            return false;
        var unit = match.Groups["unit"].Value.ToUpperInvariant();
        var factor = Math.Pow(match.Groups["binary"].Success ? 1024 : 1000, Array.IndexOf(Units, unit));
        var size = double.Parse(match.Groups["number"].ValueSpan, CultureInfo.InvariantCulture) * factor;
        if (size > 1L << 60)
            return false;
        bytes = (long)size;
        return true;
    }

    /// <summary>Rounded, in the unit that leaves the fewest digits: <c>1.5GiB</c>.</summary>
    public static string Format(long bytes)
    {
        var size = (double)bytes;
        var unit = 0;
        for (; size >= 1024 && unit < Units.Length - 1; unit++)
            size /= 1024;
        return string.Create(CultureInfo.InvariantCulture, $"{size:0.##}{Units[unit]}{(unit == 0 ? "B" : "iB")}");
    }

    [GeneratedRegex(@"\A(?<number>[0-9]+(?:\.[0-9]+)?)(?:(?<unit>[KkMGT])(?<binary>i)?)?B?\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Grammar();
}
