using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace GitOpsBumper.Core.WriteBack.Values;

/// <summary>
/// Names a scalar in a Helm values file: keys joined by dots, each with any number of list indexes, such as <c>image.tag</c> or
/// <c>containers[0].image</c>. Which dots belong to a key is decided by the file: see <see cref="ValuesFile"/>.
/// </summary>
public sealed record ValuePath
{
    /// <summary>Characters.</summary>
    public const int MaxLength = 512;

    /// <summary>Keys and indexes together.</summary>
    public const int MaxSteps = 32;

    private ValuePath(string text, IReadOnlyList<ValueStep> steps)
    {
        Text = text;
        Steps = steps;
    }

    /// <summary>As it was written.</summary>
    public string Text { get; }

    /// <summary>Split at every dot.</summary>
    internal IReadOnlyList<ValueStep> Steps { get; }

    public static bool TryParse(string text, [NotNullWhen(true)] out ValuePath? value, [NotNullWhen(false)] out string? problem)
    {
        value = null;
        if (text.Length is 0 or > MaxLength)
        {
            problem = $"a path in a values file has 1 to {MaxLength} characters, this one has {text.Length}";
            return false;
        }

        if (text.Any(char.IsControl))
        {
            problem = "a path in a values file contains a control character; write keys joined by dots, such as 'image.tag' or 'list[0].tag'";
            return false;
        }

        var steps = new List<ValueStep>();
        foreach (var part in text.Split('.'))
        {
            if (!TryPart(text, part, steps, out problem))
                return false;
        }

        if (steps.Count > MaxSteps)
        {
            problem = $"path '{Shortened.Text(text)}' has {steps.Count} keys and indexes, at most {MaxSteps} are allowed";
            return false;
        }

        problem = null;
        value = new ValuePath(text, steps);
        return true;
    }

    /// <summary>Its beginning, for messages.</summary>
    internal string Prefix(int steps) => steps >= Steps.Count ? Text : Steps[Math.Max(0, steps - 1)] is { } last && steps > 0 ? Text[..last.End] : "";

    public bool Equals(ValuePath? other) => other is not null && Text == other.Text;

    public override int GetHashCode() => Text.GetHashCode(StringComparison.Ordinal);

    public override string ToString() => Text;

    private static bool TryPart(string text, string part, List<ValueStep> steps, [NotNullWhen(false)] out string? problem)
    {
        var start = steps.Count == 0 ? 0 : steps[^1].End + 1;
        var bracket = part.IndexOf('[', StringComparison.Ordinal);
        var key = bracket < 0 ? part : part[..bracket];
        if (key.Length == 0)
        {
            problem = $"path '{Shortened.Text(text)}' has an empty key at character {start + 1}; write keys joined by single dots, such as 'image.tag' or 'list[0].tag'";
            return false;
        }

        if (key == "<<")
        {
            problem = $"path '{Shortened.Text(text)}' has the key '<<', which takes keys over from elsewhere and has no value of its own; leave it out";
            return false;
        }

        steps.Add(new ValueStep(key, 0, start + key.Length));
        for (var at = key.Length; at < part.Length;)
        {
            var end = part.IndexOf(']', at);
            if (part[at] != '[' || end < 0 || !IsIndex(part.AsSpan(at + 1, end - at - 1)))
                return Refuse(text, out problem);
            steps.Add(new ValueStep(null, int.Parse(part.AsSpan(at + 1, end - at - 1), NumberStyles.None, CultureInfo.InvariantCulture), start + end + 1));
            at = end + 1;
        }

        return !key.Contains(']', StringComparison.Ordinal) ? Accept(out problem) : Refuse(text, out problem);
    }

    private static bool IsIndex(ReadOnlySpan<char> digits) => digits.Length is > 0 and <= 9 && !digits.ContainsAnyExceptInRange('0', '9');

    private static bool Accept(out string? problem)
    {
        problem = null;
        return true;
    }

    private static bool Refuse(string text, out string problem)
    {
        problem = $"path '{Shortened.Text(text)}' has brackets that are no index; an index is a number of at most 9 digits behind a key or another index, such as 'list[0].tag'";
        return false;
    }
}

/// <param name="Key">Null for an index.</param>
/// <param name="Index">Of a list, from 0 on.</param>
/// <param name="End">Where it ends in the text of the path.</param>
internal sealed record ValueStep(string? Key, int Index, int End);
