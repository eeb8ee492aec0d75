using System.Globalization;
using System.Text;

namespace GitOpsBumper.Tests.Core.Planning.Rollbacks;

/// <summary>What a person reads in a file, for one image.</summary>
/// <param name="Value">The version; null for none.</param>
/// <param name="Override">That holds it; null for none.</param>
/// <param name="Until">Behind the override; null for no end.</param>
internal sealed record Seen(string? Value, string? Override, DateTimeOffset? Until)
{
    public static Seen Nothing { get; } = new(null, null, null);

    public bool IsHeldAt(DateTimeOffset now) => Override is not null && !(Until <= now);

    public bool IsOverAt(DateTimeOffset now) => Override is not null && Until <= now;
}

/// <summary>Files as people read and write them, without any code of the product.</summary>
internal static class FileView
{
    private const string Format = "yyyy-MM-dd'T'HH:mm:ss'Z'";

    public static Seen Read(string? text, string alias, bool isValuesFile) => text is null
        ? Seen.Nothing
        : Made(Find(text, alias, "tag", isValuesFile).Value, Find(text, alias, "overrideTag", isValuesFile));

    public static string Write(IReadOnlyDictionary<string, Seen> images, bool isValuesFile)
    {
        if (images.Values.All(seen => seen is { Value: null, Override: null }))
            return isValuesFile ? "# by hand\n" : "helm:\n  parameters: []\n";
        var text = new StringBuilder(isValuesFile ? "# by hand\n" : "helm:\n  parameters:\n");
        foreach (var (alias, seen) in images)
        {
            if (isValuesFile)
                text.Append(CultureInfo.InvariantCulture, $"{alias}:\n  name: an image\n");
            foreach (var (name, value, until) in new[] { ("tag", seen.Value, (DateTimeOffset?)null), ("overrideTag", seen.Override, seen.Until) })
            {
                if (value is not null)
                    text.Append(isValuesFile ? $"  {name}: " : $"  - name: {alias}.{name}\n    value: ").Append(CultureInfo.InvariantCulture, $"\"{value}\"{(until is { } end ? $" # until {Text(end)}" : "")}\n");
            }
        }

        return text.ToString();
    }

    public static string Text(DateTimeOffset time) => time.UtcDateTime.ToString(Format, CultureInfo.InvariantCulture);

    private static Seen Made(string? value, (string? Value, DateTimeOffset? Until) held) => new(value, held.Value, held.Value is null ? null : held.Until);

    private static (string? Value, DateTimeOffset? Until) Find(string text, string alias, string name, bool isValuesFile)
    {
        var lines = text.Split('\n');
        var start = Array.FindIndex(lines, line => line.TrimEnd() == (isValuesFile ? $"{alias}:" : $"  - name: {alias}.{name}") || line.TrimStart(' ', '-') == $"name: {alias}.{name}");
        if (start < 0)
            return (null, null);
        foreach (var line in lines.Skip(start + 1).TakeWhile(line => isValuesFile ? line.StartsWith(' ') : !line.Contains("- name:", StringComparison.Ordinal)))
        {
            if (line.Trim().Split(": ", 2) is not [var key, var rest] || key != (isValuesFile ? name : "value"))
                continue;
            var parts = rest.Split(" # until ", 2);
            var value = parts[0].Trim().Trim('"', '\'');
            return (value.Length == 0 ? null : value, parts.Length == 1 ? null : DateTimeOffset.ParseExact(parts[1].Trim(), Format, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal));
        }

        return (null, null);
    }
}
