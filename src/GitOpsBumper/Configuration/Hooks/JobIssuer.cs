using GitOpsBumper.Core.Applications;
using GitOpsBumper.Core.Images;

namespace GitOpsBumper.Configuration.Hooks;

/// <summary>Somebody who hands ID tokens to the jobs of pipelines, and what these may trigger.</summary>
/// <param name="Issuer">As <c>iss</c> has it: an https URL.</param>
/// <param name="Audience">That tokens for us are made out to.</param>
/// <param name="Authorities">Certificates in PEM that are trusted for its server; null: those of the system alone.</param>
/// <param name="Rules">A job may do what one of them permits.</param>
internal sealed record JobIssuer(string Issuer, string Audience, string? Authorities, IReadOnlyList<JobRule> Rules);

/// <param name="Claims">Patterns of what the token has to say, by claim: all of them.</param>
/// <param name="Grant">What it permits.</param>
internal sealed record JobRule(IReadOnlyDictionary<string, string> Claims, Grant Grant)
{
    /// <param name="claim">The values of a claim; empty: there is none.</param>
    public bool Accepts(Func<string, IReadOnlyList<string>> claim) => Claims.All(wanted => claim(wanted.Key) is [var only] && PathGlob.Matches(wanted.Value, only));
}

/// <summary>What somebody may trigger.</summary>
internal sealed class Grant
{
    private readonly IReadOnlyList<Func<string, bool>> _applications;
    private readonly IReadOnlyList<Func<string, bool>> _images;

    /// <param name="applications">Patterns of <c>namespace/name</c>; empty: all.</param>
    /// <param name="images">Patterns of repositories; empty: all.</param>
    public Grant(IReadOnlyList<string> applications, IReadOnlyList<string> images)
    {
        _applications = [.. applications.Select(pattern => PathGlob.Matcher(pattern))];
        _images = [.. images.Select(pattern => PathGlob.Matcher(pattern))];
    }

    /// <summary>Whether it is limited to certain images.</summary>
    public bool NamesImages => _images.Count > 0;

    /// <param name="application">That is to be looked at.</param>
    /// <param name="image">That was pushed; null: the application is asked for as a whole, which patterns of images do not permit.</param>
    public bool Permits(NamespacedName application, RepositoryName? image) =>
        (_applications.Count == 0 || _applications.Any(matches => matches(application.ToString())))
        && (_images.Count == 0 || (image is not null && _images.Any(matches => matches(image.ToString()))));
}
