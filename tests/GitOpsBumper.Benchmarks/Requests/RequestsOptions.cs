using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace GitOpsBumper.Benchmarks.Requests;

/// <param name="Applications">All due.</param>
/// <param name="Open">Requests that may be open.</param>
/// <param name="Bumper">A published executable; null publishes this source.</param>
internal sealed record RequestsOptions(int Applications, int Open, string? Bumper)
{
    public static bool TryParse(IReadOnlyList<string> args, [NotNullWhen(true)] out RequestsOptions? value)
    {
        value = new RequestsOptions(1_000, 200, null);
        for (var i = 0; i < args.Count; i += 2)
        {
            var text = i + 1 < args.Count ? args[i + 1] : "";
            var number = int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var read) && read is >= 5 and <= 99_999 ? read : 0;
            value = (args[i], number) switch
            {
                ("--applications", > 0) => value with { Applications = number },
                ("--open", > 0) => value with { Open = number },
                ("--bumper", _) when text.Length > 0 => value with { Bumper = Path.GetFullPath(text) },
                _ => null,
            };
            if (value is null)
                return false;
        }

        return true;
    }
}
