using System.Text.RegularExpressions;
using GitOpsBumper.Core.Images;

namespace GitOpsBumper.Core.PullRequests.Text;

/// <summary>Where people read about a new version. Null: there is no such page that is known.</summary>
/// <param name="Image">Of the image.</param>
/// <param name="Source">Of its sources.</param>
/// <param name="Compare">Of what changed in them.</param>
/// <param name="Releases">Of the notes on their releases.</param>
public sealed partial record ImageLinks(Uri? Image, Uri? Source, Uri? Compare, Uri? Releases)
{
    /// <summary>Where the sources of an image are.</summary>
    /// <seealso href="https://specs.opencontainers.org/image-spec/annotations/#pre-defined-annotation-keys"/>
    public const string SourceLabel = "org.opencontainers.image.source";

    /// <summary>From which commit an image was built.</summary>
    public const string RevisionLabel = "org.opencontainers.image.revision";

    private const int MaxLabelLength = 1024;

    public static ImageLinks None { get; } = new(null, null, null, null);

    /// <summary>Labels are whatever those who built the image wrote; what is no plain address of http is left out.</summary>
    /// <param name="image">The repository of the image.</param>
    /// <param name="older">The labels of the version before; empty when they are not known.</param>
    /// <param name="newer">The labels of the new version.</param>
    public static ImageLinks Find(RepositoryName image, IReadOnlyDictionary<string, string> older, IReadOnlyDictionary<string, string> newer)
    {
        var source = Address(newer.GetValueOrDefault(SourceLabel));
        if (source is null)
            return None with { Image = PageOf(image) };
        var top = source.AbsoluteUri.TrimEnd('/');
        if (top.EndsWith(".git", StringComparison.Ordinal))
            top = top[..^4];
        var (compare, releases) = source.IdnHost switch
        {
            "github.com" or "codeberg.org" or "gitea.com" => ("/compare/{0}...{1}", "/releases"),
            "gitlab.com" => ("/-/compare/{0}...{1}", "/-/releases"),
            "bitbucket.org" => ("/branches/compare/{1}..{0}", null),
            _ => (null, null),
        };
        var isSameSource = Address(older.GetValueOrDefault(SourceLabel)) == source;
        var (from, to) = (Revision(older), Revision(newer));
        return new ImageLinks(
            PageOf(image),
            new Uri(top),
            compare is not null && isSameSource && from is not null && to is not null && from != to ? new Uri(top + string.Format(System.Globalization.CultureInfo.InvariantCulture, compare, from, to)) : null,
            releases is null ? null : new Uri(top + releases));
    }

    private static Uri? PageOf(RepositoryName image) => image.Registry switch
    {
        "docker.io" => new Uri($"https://hub.docker.com/{(image.Path.StartsWith("library/", StringComparison.Ordinal) ? "_/" + image.Path["library/".Length..] : "r/" + image.Path)}"),
        "ghcr.io" or "quay.io" => new Uri($"https://{image.Registry}/{(image.Registry == "quay.io" ? "repository/" : "")}{image.Path}"),
        _ => null,
    };

    private static Uri? Address(string? text) =>
        text is { Length: > 0 and <= MaxLabelLength } && Plain().IsMatch(text) && Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "https" or "http" && url.UserInfo.Length == 0
        && url.Query.Length == 0 && url.Fragment.Length == 0 && url.IdnHost.Length > 0
            ? url
            : null;

    private static string? Revision(IReadOnlyDictionary<string, string> labels) => labels.GetValueOrDefault(RevisionLabel) is { } revision && Commit().IsMatch(revision) ? revision : null;

    /// <summary>Nothing that would end a link, or begin something else, in Markdown.</summary>
    [GeneratedRegex(@"\Ahttps?://[A-Za-z0-9._:/~-]+\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Plain();

    [GeneratedRegex(@"\A[0-9a-fA-F]{7,64}\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Commit();
}
