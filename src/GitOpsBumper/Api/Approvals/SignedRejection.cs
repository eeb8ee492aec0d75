using GitOpsBumper.Core.Approvals;
using GitOpsBumper.Core.Images;

namespace GitOpsBumper.Api.Approvals;

/// <summary>A rejection that says whose it is, in one line that is not too long to be read again: who it was is kept, why is what is shortened.</summary>
internal static class SignedRejection
{
    /// <summary>The longest name of a service account is shorter.</summary>
    private const int MaxName = 350;

    private const string Left = "...";

    public static Rejection Of(ImageVersion version, string reason, string by)
    {
        var name = Cut(Rejection.Plain(by), MaxName);
        return new Rejection(version, $"{Cut(Rejection.Plain(reason), Rejection.MaxReasonLength - name.Length - " ()".Length)} ({name})");
    }

    private static string Cut(string text, int length)
    {
        if (text.Length <= length)
            return text;
        var end = length - Left.Length;
        return text[..(char.IsHighSurrogate(text[end - 1]) ? end - 1 : end)] + Left;
    }
}
