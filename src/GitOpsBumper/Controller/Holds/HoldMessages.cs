using GitOpsBumper.Core.Applications;
using GitOpsBumper.Core.Holds;
using GitOpsBumper.Core.Messages;
using GitOpsBumper.Core.Planning;
using GitOpsBumper.Core.Planning.Orders;

namespace GitOpsBumper.Controller.Holds;

/// <summary>What commits say of versions that people hold.</summary>
internal static class HoldMessages
{
    /// <summary>Null where nothing changes about what is held.</summary>
    public static HoldChange? Change(ApplicationWork application, PlannedImage image)
    {
        var (policy, current) = (image.Policy, image.State.CurrentText);
        if (image.Decision is ImageDecision.Ordered { Trailer: var trailer })
        {
            var next = trailer is PinTrailer pin ? pin.Version : current ?? "";
            return new HoldChange(trailer, new ImageChange(policy.Alias, policy.Image.Name, image.State.Override?.Value ?? current, next)) { By = application.Order?.By, Reason = application.Order?.Reason };
        }

        return WriteBackPlanner.IsOver(image)
            ? new HoldChange(
                new UnpinTrailer(application.Application.Name, policy.Alias, policy.Image.Name, image.State.IsWritten ? current : null, AllowsRejected: false) { IsExpiry = true },
                new ImageChange(policy.Alias, policy.Image.Name, image.State.ExpiredOverride!.Value, current ?? ""))
            : null;
    }

    /// <summary>Subject, and who and why.</summary>
    public static IReadOnlyList<string> Said(NamespacedName application, HoldOrder order)
    {
        var subject = order switch
        {
            HoldOrder.Pin pin => $"build: pin {pin.Image} of {application.Name} to {pin.Tag}",
            HoldOrder.Unpin unpin => $"build: let go of {string.Join(", ", unpin.Images)} of {application.Name}",
            _ => throw new ArgumentException($"{order.GetType().Name} is no order", nameof(order)),
        };
        var end = order is HoldOrder.Pin { Until: { } until } ? $", until {HoldEnd.Write(until)}" : "";
        var who = $"{order.By} wants it so{end}{(order.Reason is null ? "." : ":")}";
        return order.Reason is { } reason ? [subject, "", who, reason] : [subject, "", who];
    }
}
