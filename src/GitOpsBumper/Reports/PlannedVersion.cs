using GitOpsBumper.Controller;
using GitOpsBumper.Core.Images;

namespace GitOpsBumper.Reports;

/// <summary>The version of an image that is on its way into git, and that somebody may reject.</summary>
internal static class PlannedVersion
{
    /// <summary>With its tag; with the digest where it is known. Null: nothing is on its way.</summary>
    public static ImageVersion? Of(ImageReport image)
    {
        if (image.Asked is { Version: { Tag: not null } asked })
            return asked;
        if (image.Decision is not (DecisionKind.Pending or DecisionKind.Held or DecisionKind.WouldUpdate or DecisionKind.Failed) || image.Candidate is not { } text || !Tag.TryParse(text, out var tag, out _))
            return null;
        return new ImageVersion(tag, image.Digest is { } hex && Digest.TryParse(hex, out var digest, out _) ? digest : null);
    }

    /// <summary>Whether it is the one that somebody means, who may not know the digest.</summary>
    public static bool IsMeant(ImageVersion planned, ImageVersion said) => planned.Tag == said.Tag && (planned.Digest is null || said.Digest is null || planned.Digest == said.Digest);
}
