namespace GitOpsBumper.Controller.Triggers;

/// <summary>Compares what was asked for with what was decided. Pure.</summary>
internal static class TriggerVerdict
{
    /// <summary>Of the images that were asked for; where the application lists none of them any more there is one line nevertheless.</summary>
    public static IReadOnlyList<TriggeredImage> Of(TriggerAsk ask, TriggerTarget target, ApplicationReport report)
    {
        var images = report.Images.Where(image => target.Images?.Contains(NameOf(image)) != false).Select(image => Of(ask, report, image)).ToList();
        if (images.Count > 0)
            return images;
        var wanted = ask.Image?.ToString() ?? "";
        return [new TriggeredImage(report.Name, wanted, TriggerResult.Failed, report.Failure ?? (wanted.Length == 0 ? $"{report.Name} lists no images" : $"{report.Name} does not list {wanted} any more"))];
    }

    private static string NameOf(ImageReport image) => image.Alias ?? image.Image;

    private static TriggeredImage Of(TriggerAsk ask, ApplicationReport report, ImageReport image)
    {
        var result = image.Decision switch
        {
            DecisionKind.Updated when report.PullRequest is not null => TriggerResult.Proposed,
            DecisionKind.Updated => TriggerResult.Written,
            DecisionKind.UpToDate => TriggerResult.AlreadyThere,
            DecisionKind.Pending when image.IsProposed && report.PullRequest is not null => TriggerResult.Proposed,
            DecisionKind.Failed => TriggerResult.Failed,
            _ => TriggerResult.NotWritten,
        };
        var isGood = result is TriggerResult.Written or TriggerResult.AlreadyThere or TriggerResult.Proposed;
        return isGood && Differs(ask, image, result == TriggerResult.AlreadyThere ? image.Current : null) is { } other
            ? new TriggeredImage(report.Name, NameOf(image), TriggerResult.NotWritten, $"{other}: {image.Reason}")
            : new TriggeredImage(report.Name, NameOf(image), result, image.Reason);
    }

    /// <param name="stands">What git says already; null: the candidate is what counts.</param>
    /// <returns>A clause when what was chosen, or stands there, is not what was pushed; null when it is, or nothing speaks against it.</returns>
    private static string? Differs(TriggerAsk ask, ImageReport image, string? stands)
    {
        var chosen = TagIn(stands) ?? image.Candidate;
        if (ask.Digest is { } digest)
        {
            var has = DigestIn(stands) ?? image.Digest;
            if (has is not null && has != digest.ToString())
                return $"{digest} was asked for, {has} {Verb(stands)}";
            if (has is null && ask.Tag is null)
                return $"{digest} was asked for, and which one {chosen ?? "the image"} has was not looked at, as the alias follows tags; name the tag too";
        }

        return ask.Tag is not { } tag || chosen is null || chosen == tag.Text ? null : $"{tag} was asked for, {chosen} {Verb(stands)}";
    }

    private static string Verb(string? stands) => stands is null ? "was chosen" : "stands there";

    /// <summary>Null where only a digest stands.</summary>
    private static string? TagIn(string? version) => version is null || version.StartsWith("sha256:", StringComparison.Ordinal) ? null : version.Split('@')[0];

    private static string? DigestIn(string? version) => version?.IndexOf("sha256:", StringComparison.Ordinal) is { } at and >= 0 ? version[at..] : null;
}
