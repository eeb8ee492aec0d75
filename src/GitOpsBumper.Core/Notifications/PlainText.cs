using System.Text;

namespace GitOpsBumper.Core.Notifications;

/// <summary>Takes out of the words of others what no message should carry: line ends, control characters, marks that turn the direction of writing, and halves of characters.</summary>
public static class PlainText
{
    /// <summary>Of one value in a message.</summary>
    public const int MaxValue = 1000;

    /// <summary>One line of at most so many UTF-16 units, with an ellipsis where something was cut off.</summary>
    public static string Of(string? text, int most = MaxValue)
    {
        if (string.IsNullOrEmpty(text))
            return "";
        var kept = new StringBuilder(Math.Min(text.Length, most));
        foreach (var rune in text.EnumerateRunes())
        {
            kept.Append(IsUnwanted(rune) ? " " : rune.ToString());
            if (kept.Length > most)
                return FittedText.Cut(kept.ToString(), most);
        }

        return kept.ToString();
    }

    /// <summary>A rune that replaces half a surrogate pair is unwanted too: it stands for what nobody wrote.</summary>
    private static bool IsUnwanted(Rune rune) => Rune.IsControl(rune) || rune == Rune.ReplacementChar
        || rune.Value is 0x061C or 0x200B or 0x200E or 0x200F or 0x2028 or 0x2029 or 0xFEFF or (>= 0x202A and <= 0x202E) or (>= 0x2066 and <= 0x2069);
}
