using GitOpsBumper.Core.Annotations;
using GitOpsBumper.Core.Applications;
using GitOpsBumper.Core.Holds;
using GitOpsBumper.Core.WriteBack.Targets;

namespace GitOpsBumper.Core.Planning.Orders;

/// <summary>Turns what a person wants into decisions about images; those it is not about stay as they are.</summary>
public static class OrderPlanner
{
    /// <param name="order">What is wanted.</param>
    /// <param name="application">Whose images.</param>
    /// <param name="image">One of them.</param>
    /// <param name="state">What git says of it, without its history.</param>
    /// <param name="target">Where it is written.</param>
    public static ImageDecision Plan(HoldOrder order, NamespacedName application, ImagePolicy image, ImageState state, IWriteBackTarget target)
    {
        if (!order.IsFor(image.DisplayAlias))
            return new ImageDecision.Skipped("nobody asked for it");
        if (state.Problem is { } problem)
            return new ImageDecision.Failed(problem);
        return order switch
        {
            HoldOrder.Pin pin => Pin(pin, application, image, state, target),
            HoldOrder.Unpin unpin => Unpin(unpin, application, image, state),
            _ => throw new ArgumentException($"{order.GetType().Name} is no order", nameof(order)),
        };
    }

    private static ImageDecision Pin(HoldOrder.Pin pin, NamespacedName application, ImagePolicy image, ImageState state, IWriteBackTarget target)
    {
        if (pin.ByOverride && !target.HasOverride(image))
            return new ImageDecision.Failed("it has no override parameter where it is written; hold it with --with value");
        if (!pin.ByOverride && state.Override is { } other)
            return new ImageDecision.Failed($"{other.Value} is set by {other.Where}, which would hide a version that is written below it; take it away first, or hold the version with --with override");
        var trailer = new PinTrailer(application, image.Alias, image.Image.Name, state.IsWritten ? state.CurrentText : null, pin.ByOverride ? pin.Tag : pin.Value.ToString(), pin.Until, pin.ByOverride);
        var end = pin.Until is { } until ? $" until {HoldEnd.Write(until)}" : "";
        return pin.ByOverride
            ? new ImageDecision.Ordered(null, new OverrideWrite(image, pin.Tag, pin.Until), trailer, $"pinned to {pin.Tag} by {image.OverrideTagParameter}{end}")
            : new ImageDecision.Ordered(pin.Value, null, trailer, $"pinned to {pin.Value}{end}");
    }

    private static ImageDecision Unpin(HoldOrder.Unpin unpin, NamespacedName application, ImagePolicy image, ImageState state)
    {
        var pin = state.Override ?? state.ExpiredOverride;
        if (pin is { IsInApplication: true })
            return new ImageDecision.Failed($"{pin.Where} holds it at {pin.Value}; take it out there");
        // What else holds it, nobody lets go of here.
        var still = image.Pin is { } annotated ? $"; the annotation pin of Application {application} holds it at {annotated} still, take it out there" : "";
        var trailer = new UnpinTrailer(application, image.Alias, image.Image.Name, state.IsWritten ? state.CurrentText : null, unpin.AllowsRejected);
        return new ImageDecision.Ordered(null, pin is null ? null : new OverrideWrite(image, null, null), trailer, (pin is null ? "let go" : $"let go of {pin.Value}") + still);
    }
}
