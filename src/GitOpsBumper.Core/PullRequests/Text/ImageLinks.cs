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
    private const string GitSuffix = ".git";

    public static ImageLinks None { get; } = new(null, null, null, null);

    /// <summary>Labels are whatever those who built the image wrote; what is no plain address of http is left out.</summary>
    /// <param name="image">The repository of the image.</param>
    /// <param name="older">The labels of the version before; empty when they are not known.</param>
    /// <param name="newer">The labels of the new version.</param>
    public static ImageLinks Find(RepositoryName image, IReadOnlyDictionary<string, string> older, IReadOnlyDictionary<string, string> newer)
    {
        if (Address(newer) is not { } source)
            return None with { Image = PageOf(image) };
        if (RepositoryOf(source) is not { } repository)
            return new ImageLinks(PageOf(image), Without(source.AbsoluteUri), null, null);
        var (from, to) = (Revision(older), Revision(newer));
        var hasChanged = from is not null && to is not null && !from.Equals(to, StringComparison.OrdinalIgnoreCase);
        var isSameSource = Address(older) is { } before && RepositoryOf(before)?.IsSameAs(repository) == true;
        return new ImageLinks(PageOf(image), Without(source.AbsoluteUri), hasChanged && isSameSource ? repository.Compare(from!, to!) : null, repository.Releases);
    }

    /// <summary>Whether the labels of the version before could tell more.</summary>
    public static bool CanCompare(IReadOnlyDictionary<string, string> newer) => Revision(newer) is not null && Address(newer) is { } source && RepositoryOf(source) is not null;

    private static Uri? PageOf(RepositoryName image) => image.Registry switch
    {
        "docker.io" => new Uri($"https://hub.docker.com/{(image.Path.StartsWith("library/", StringComparison.Ordinal) ? "_/" + image.Path["library/".Length..] : "r/" + image.Path)}"),
        "ghcr.io" or "quay.io" => new Uri($"https://{image.Registry}/{(image.Registry == "quay.io" ? "repository/" : "")}{image.Path}"),
        _ => null,
    };

    private static Uri? Address(IReadOnlyDictionary<string, string> labels) =>
        labels.GetValueOrDefault(ImageAbout.SourceLabel) is { Length: > 0 and <= ImageAbout.MaxLabelLength } text && Plain().IsMatch(text)
        && Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "https" or "http" && url.UserInfo.Length == 0 && url.IdnHost.Length > 0
            ? url
            : null;

    /// <summary>Null where nobody knows which pages the host has.</summary>
    private static SourceRepository? RepositoryOf(Uri source)
    {
        if (!source.IsDefaultPort)
            return null;
        // Some name the folder in the repository that the image was built from.
        var parts = source.AbsolutePath.Split('/', StringSplitOptions.RemoveEmptyEntries);
        parts = source.IdnHost == "gitlab.com" ? [.. parts.TakeWhile(part => part != "-")] : [.. parts.Take(2)];
        if (parts.Length < 2)
            return null;
        var top = Without($"{source.Scheme}://{source.IdnHost}/{string.Join('/', parts)}").AbsoluteUri;
        return source.IdnHost switch
        {
            "github.com" or "codeberg.org" or "gitea.com" => new SourceRepository(top, "/compare/", "...", "/releases"),
            "gitlab.com" => new SourceRepository(top, "/-/compare/", "...", "/-/releases"),
            "bitbucket.org" => new SourceRepository(top, "/branches/compare/", "..", null) { IsNewerFirst = true },
            _ => null,
        };
    }

    /// <summary>The page of what git clones from there.</summary>
    private static Uri Without(string address)
    {
        var top = address.TrimEnd('/');
        return new Uri(top.EndsWith("/" + GitSuffix, StringComparison.Ordinal) || !top.EndsWith(GitSuffix, StringComparison.Ordinal) ? top : top[..^GitSuffix.Length]);
    }

    private static string? Revision(IReadOnlyDictionary<string, string> labels) => labels.GetValueOrDefault(ImageAbout.RevisionLabel) is { } revision && Commit().IsMatch(revision) ? revision : null;

    /// <summary>Nothing that would end a link, or begin something else, in Markdown.</summary>
    [GeneratedRegex(@"\Ahttps?://[A-Za-z0-9._:/~-]+\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Plain();

    [GeneratedRegex(@"\A[0-9a-fA-F]{7,64}\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Commit();

    /// <summary>A repository at one of the hosts whose pages are known.</summary>
    private sealed record SourceRepository(string Top, string ComparePage, string Between, string? ReleasesPage)
    {
        public bool IsNewerFirst { get; init; }

        public Uri? Releases => ReleasesPage is null ? null : new Uri(Top + ReleasesPage);

        /// <summary>Moved from http to https, or written with other capitals, it is the same.</summary>
        public bool IsSameAs(SourceRepository other) => Name.Equals(other.Name, StringComparison.OrdinalIgnoreCase);

        private string Name => Top[Top.IndexOf(':', StringComparison.Ordinal)..];

        public Uri Compare(string from, string to) => new($"{Top}{ComparePage}{(IsNewerFirst ? to : from)}{Between}{(IsNewerFirst ? from : to)}");
    }
}
