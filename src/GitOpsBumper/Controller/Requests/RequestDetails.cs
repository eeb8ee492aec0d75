using GitOpsBumper.Core.Images;
using GitOpsBumper.Core.Messages;
using GitOpsBumper.Core.Planning;
using GitOpsBumper.Core.PullRequests;
using GitOpsBumper.Core.PullRequests.Text;
using Microsoft.Extensions.Logging;

namespace GitOpsBumper.Controller.Requests;

/// <summary>Puts together what the text of a request tells: what was decided, and what the registry says of the versions. What it does not say is left out.</summary>
internal sealed partial class RequestDetails(CycleServices services)
{
    private const int AtOnce = 8;

    private static readonly Dictionary<string, string> NoLabels = new(StringComparer.Ordinal);

    /// <summary>Title and body for people.</summary>
    public async Task<PullRequestText> WriteAsync(ShareChanges changes, CancellationToken cancellationToken)
    {
        var data = await DescribeAsync(changes, cancellationToken) with { Title = changes.Parts is [{ Said: [var said, ..] }] ? said : null };
        // What a template prints for its samples, and not for what is due, is no reason to propose nothing.
        if (services.RequestText.TryRender(data, out var text, out var problem))
            return text;
        Log.Template(services.Logger, problem);
        return RequestTextTemplate.Default.TryRender(data, out text, out problem) ? text : throw new InvalidOperationException(problem);
    }

    private async Task<RequestTextData> DescribeAsync(ShareChanges changes, CancellationToken cancellationToken)
    {
        var named = changes.Parts
            .Select(part => (Application: changes.Share.Applications.First(application => application.Application.Name == part.Application), part.Named))
            .SelectMany(part => part.Named.Select(change => (part.Application, Change: change)))
            .ToList();
        var told = new RequestChange[named.Count];
        for (var index = RequestTextTemplate.MaxShown; index < named.Count; index++)
            told[index] = Plain(named[index].Application, named[index].Change);
        await Parallel.ForAsync(
            0,
            Math.Min(named.Count, RequestTextTemplate.MaxShown),
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken },
            async (index, stop) => told[index] = await DescribeAsync(named[index].Application, named[index].Change, stop));
        return new RequestTextData(changes.Share.Group, told, [.. changes.Parts.SelectMany(part => (part.Said ?? []).Skip(2).Concat(part.Notes)).Distinct(StringComparer.Ordinal)]);
    }

    private static RequestChange Plain(ApplicationWork application, ImageChange change) =>
        new(application.Application.Name, change.Alias, change.Image, change.OldTag, change.NewTag);

    /// <summary>Null where there was none, or several that differ.</summary>
    private static ImageVersion? Before(ImageState state, ImageChange change) =>
        change.OldTag == state.CurrentText && state.Current is [var only] ? only
        : ImageVersion.TryParse(change.OldTag ?? "", out var named, out _) ? named
        : null;

    private async Task<RequestChange> DescribeAsync(ApplicationWork application, ImageChange change, CancellationToken cancellationToken)
    {
        var plain = Plain(application, change);
        var image = application.Images.FirstOrDefault(image => image.Policy.Alias == change.Alias && image.Policy.Image.Name == change.Image);
        // What a person wants may be no version: that a hold ends, for example.
        if (image is null || !ImageVersion.TryParse(change.NewVersion, out var version, out _))
            return plain;
        var about = await AskAsync(version);
        var older = about is not null && ImageLinks.CanCompare(about.Labels) && Before(image.State, change) is { } before && before != version ? await AskAsync(before) : null;
        return plain with
        {
            Digest = (version.Digest ?? about?.Digest)?.ToString(),
            Built = (image.Decision as ImageDecision.Update)?.Built ?? about?.Created,
            Links = ImageLinks.Find(image.Policy.Image.Repository, older?.Labels ?? NoLabels, about?.Labels ?? NoLabels),
        };

        Task<ImageAbout?> AskAsync(ImageVersion asked) => services.Resolver.DescribeAsync(application.Application.Name, image.Policy, asked, cancellationToken);
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "The request template does not print what is due, so the built-in one speaks: {Problem}")]
        public static partial void Template(ILogger logger, string problem);
    }
}
