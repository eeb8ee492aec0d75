using GitOpsBumper.Core.Messages;
using GitOpsBumper.Core.Planning;
using GitOpsBumper.Core.PullRequests.Text;

namespace GitOpsBumper.Controller.Requests;

/// <summary>Puts together what the text of a request tells.</summary>
internal sealed class RequestDetails(CycleServices services)
{
    public async Task<RequestTextData> DescribeAsync(ShareChanges changes, CancellationToken cancellationToken)
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
}
