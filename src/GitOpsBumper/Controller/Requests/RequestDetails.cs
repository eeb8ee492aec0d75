using GitOpsBumper.Core.Messages;
using GitOpsBumper.Core.Planning;
using GitOpsBumper.Core.PullRequests;
using GitOpsBumper.Core.PullRequests.Text;
using Microsoft.Extensions.Logging;

namespace GitOpsBumper.Controller.Requests;

/// <summary>Puts together what the text of a request tells.</summary>
internal sealed partial class RequestDetails(CycleServices services)
{
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
        var told = new List<RequestChange>();
        foreach (var part in changes.Parts)
        {
            var application = changes.Share.Applications.First(application => application.Application.Name == part.Application);
            foreach (var change in part.Named)
                told.Add(await DescribeAsync(application, change, cancellationToken));
        }

        return new RequestTextData(changes.Share.Group, told, [.. changes.Parts.SelectMany(part => (part.Said ?? []).Skip(2).Concat(part.Notes)).Distinct(StringComparer.Ordinal)]);
    }

    private async Task<RequestChange> DescribeAsync(ApplicationWork application, ImageChange change, CancellationToken cancellationToken)
    {
        var image = application.Images.FirstOrDefault(image => image.Policy.Alias == change.Alias && image.Policy.Image.Name == change.Image);
        var update = image?.Decision as ImageDecision.Update;
        await Task.CompletedTask.WaitAsync(cancellationToken);
        _ = services;
        return new RequestChange(application.Application.Name, change.Alias, change.Image, change.OldTag, change.NewTag) { Digest = update?.Full.Digest?.ToString(), Built = update?.Built };
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "The request template does not print what is due, so the built-in one speaks: {Problem}")]
        public static partial void Template(ILogger logger, string problem);
    }
}
